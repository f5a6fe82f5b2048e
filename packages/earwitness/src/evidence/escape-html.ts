import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/**
 * Text made harmless for an HTML page, on one line: for content and for attribute values in double quotes. Controls
 * show as escapes.
 */
export function escapeHtml(text: string): string {
  return showControls(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The same for a block of its own, whose lines stay lines. */
export function escapeHtmlBlock(text: string): string {
  return text.split('\n').map(escapeHtml).join('\n');
}
