/** Line drawings on a 20 × 20 grid. Decoration only: the control beside them has the name. */

const PATHS = {
  undo: "M8 5 4 9l4 4M4 9h7a5 5 0 0 1 0 10H9",
  redo: "m12 5 4 4-4 4M16 9H9a5 5 0 0 0 0 10h2",
  check: "m4 10.5 4 4 8-9",
  plus: "M10 4v12M4 10h12",
  cross: "m5 5 10 10M15 5 5 15",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12Zm4.5-1.5L17 17",
  next: "m7 4 6 6-6 6",
  previous: "m13 4-6 6 6 6",
  down: "m4 7 6 6 6-6",
  up: "m4 13 6-6 6 6",
  sun: "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M4 16l1.4-1.4M14.6 5.4 16 4",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z",
  auto: "M10 17a7 7 0 1 0 0-14v14Zm0 0a7 7 0 0 1 0-14",
  person: "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 7.5a6.5 6.5 0 0 1 13 0",
  edges: "M4 4v12M16 4v12M7 10h6M9 7.5 6.5 10 9 12.5M11 7.5 13.5 10 11 12.5",
  link: "M8 12 12 8M9 5.5l1.5-1.5a4 4 0 0 1 5.5 5.5L14.5 11M11 14.5 9.5 16A4 4 0 0 1 4 10.5L5.5 9",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 5.5V10l3 2",
  upload: "M10 13V3M6 7l4-4 4 4M3 13v4h14v-4",
  download: "M10 3v10M6 9l4 4 4-4M3 13v4h14v-4",
  keyboard: "M2.5 5.5h15v9h-15ZM5.5 8.5h0M8.5 8.5h0M11.5 8.5h0M14.5 8.5h0M6 11.5h8",
  play: "M6 4v12l10-6Z",
  pause: "M6.5 4v12M13.5 4v12",
  pencil: "m4 16 .8-3.5L13.5 3.8l2.7 2.7-8.7 8.7Z",
  scales: "M10 3v14M5 17h10M3.5 6h13M3.5 6 1.5 11h4Zm13 0-2 5h4Z",
  book: "M10 5.5C8.5 4 6 3.5 3 3.5v12c3 0 5.5.5 7 2 1.5-1.5 4-2 7-2v-12c-3 0-5.5.5-7 2Zm0 0v12",
  bell: "M5 14.5V9a5 5 0 0 1 10 0v5.5M3 14.5h14M8.5 17.5h3",
  comment: "M3 4h14v10H9l-4 3.5V14H3Z",
  people:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 7a5.5 5.5 0 0 1 11 0M13 3.7a3 3 0 0 1 0 5.6M15 11.6a5.5 5.5 0 0 1 3 4.9",
  more: "M4 10h0M10 10h0M16 10h0",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Zm8 2.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    aria-hidden="true"
    focusable="false"
    width={size}
    height={size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    data-icon={name}
  >
    <path d={PATHS[name]} />
  </svg>
);
