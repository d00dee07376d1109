import { useEffect } from 'react';
import { useLocation } from 'wouter';

const AFTER_G_MILLISECONDS = 1_500;

/** `g` and a letter lead to a place, `c` alone to a new server, from anywhere but where somebody types. */
export function useShortcuts(places: readonly { to: string; key: string }[]): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    let gAt = -Infinity;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const followsG = event.timeStamp - gAt < AFTER_G_MILLISECONDS;
      gAt = event.key === 'g' ? event.timeStamp : -Infinity;
      const place = followsG ? places.find(({ key }) => key === event.key) : undefined;
      if (place) navigate(place.to);
      else if (event.key === 'c' && places.some(({ to }) => to === '/servers')) navigate('/servers/new');
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [places, navigate]);
}

/** Whether keys are somebody's text there. */
export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
