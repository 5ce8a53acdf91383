import type { ReactNode } from 'react';
import { emojiOf } from './emoji-signs.ts';

/** The signs of Deskbridge's own messages, drawn: not every machine has a font with emoji. */
const DRAWN: Readonly<Record<string, ReactNode>> = {
  large_blue_circle: <circle cx="8" cy="8" r="6.5" fill="#3b82f6" />,
  large_yellow_circle: <circle cx="8" cy="8" r="6.5" fill="#eab308" />,
  large_orange_circle: <circle cx="8" cy="8" r="6.5" fill="#f08c2e" />,
  white_circle: <circle cx="8" cy="8" r="6" fill="#fff" stroke="#8a938f" />,
  large_green_circle: <circle cx="8" cy="8" r="6.5" fill="#22a559" />,
  red_circle: <circle cx="8" cy="8" r="6.5" fill="#dc4c41" />,
  white_check_mark: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#22a559" />
      <path d="m4.2 8.3 2.6 2.6 5-5.4" fill="none" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  warning: (
    <>
      <path d="M8 1.5 15 14H1z" fill="#f0b429" stroke="#f0b429" strokeLinejoin="round" />
      <path d="M8 6v4m0 2v.1" stroke="#3d2c00" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  hourglass_flowing_sand: (
    <>
      <path d="M3.5 1.5h9M3.5 14.5h9" stroke="#9a6b34" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12" fill="none" stroke="#8fb3c9" strokeWidth="1.4" />
      <path d="M5.5 13.6h5L8 10.4z" fill="#e0b252" />
    </>
  ),
  wastebasket: (
    <path
      d="M2.5 4h11M6 4V2h4v2M4 4l.8 10h6.4L12 4M6.7 6.5l.3 5M9.3 6.5l-.3 5"
      fill="none"
      stroke="#8a938f"
      strokeWidth="1.3"
      strokeLinecap="round"
    />
  ),
  speech_balloon: (
    <path
      d="M8 2c3.9 0 6.8 2.3 6.8 5.2S11.9 12.4 8 12.4c-.6 0-1.2 0-1.7-.2L2.8 14l.8-2.9C2.1 10.2 1.2 8.8 1.2 7.2 1.2 4.3 4.1 2 8 2"
      fill="#9fb8b1"
    />
  ),
};

/** An emoji by its shortcode; one that we do not know stays as it was written. */
export function Emoji({ name }: { readonly name: string }) {
  const drawing = DRAWN[name];
  if (drawing === undefined) return emojiOf(name) ?? `:${name}:`;
  const label = name.replaceAll('_', ' ');
  return (
    <svg className="emoji" viewBox="0 0 16 16" role="img" aria-label={label}>
      <title>{label}</title>
      {drawing}
    </svg>
  );
}
