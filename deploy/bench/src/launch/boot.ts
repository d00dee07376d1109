/**
 * Longer than anything else that the simulator does after RunInstances (pending ≤ 2.4 s, then INSYNC ≤ 2 s), so that of a
 * launch exactly this is AWS's.
 */
export const BOOT_SECONDS = 6;

/** The simulator's settings. */
export const SIMULATOR = { BERTH_SIM_BOOT_SECONDS: String(BOOT_SECONDS) };
