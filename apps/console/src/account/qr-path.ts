import encodeQR from 'qr';

/** Light modules around it, without which readers do not find it (ISO/IEC 18004, 6.3.8). */
const QUIET_MODULES = 4;

/** A QR code as an SVG path of its dark modules, of one unit each, in a square of `size`. */
export function qrPath(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { border: QUIET_MODULES });
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return { size: rows.length, path };
}
