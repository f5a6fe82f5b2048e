// A drawing that is as small as it has to be, so that all of it can be seen; not smaller than can be read.
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Ours. */
const LEAST = 0.77;

/**
 * @param widthPx of the drawing as it is
 * @returns `frame` is what it has to fit into; `scale` by what it is drawn smaller
 */
export function useFitting<Frame extends HTMLElement>(
  widthPx: number,
): { readonly frame: RefObject<Frame | null>; readonly scale: Signal<number> } {
  const frame = useRef<Frame>(null);
  const scale = useSignal(1);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const fit = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      const room = element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (room > 0) scale.value = Math.min(1, Math.max(LEAST, Math.floor((room / widthPx) * 100) / 100));
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [widthPx, scale]);
  return { frame, scale };
}
