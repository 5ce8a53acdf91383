/** The shortcodes that Deskbridge and its people use most; Slack's own list has thousands. */
const EMOJI: Readonly<Record<string, string>> = {
  large_blue_circle: '🔵',
  large_yellow_circle: '🟡',
  large_orange_circle: '🟠',
  white_circle: '⚪',
  large_green_circle: '🟢',
  test_tube: '🧪',
  red_circle: '🔴',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  warning: '⚠️',
  hourglass_flowing_sand: '⏳',
  speech_balloon: '💬',
  lock: '🔒',
  rotating_light: '🚨',
  ticket: '🎫',
  link: '🔗',
  tada: '🎉',
  eyes: '👀',
  wave: '👋',
  pray: '🙏',
  thumbsup: '👍',
  '+1': '👍',
  smile: '😄',
  slightly_smiling_face: '🙂',
  heart: '❤️',
  fire: '🔥',
  bulb: '💡',
  memo: '📝',
  bell: '🔔',
  arrow_right: '➡️',
};

/** The sign of a shortcode such as "warning"; null when we do not know it. */
export function emojiOf(name: string): string | null {
  return EMOJI[name] ?? null;
}
