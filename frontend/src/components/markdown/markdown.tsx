import { useLingui } from "@lingui/react/macro";
import { Fragment, type ReactNode, useMemo } from "react";
import css from "./markdown.module.css";
import { type Block, type Inline, parse } from "./parse";

interface Props {
  readonly text: string;
  /** Under which heading it stands: the text's first level becomes the next one. */
  readonly under?: number;
}

/** Markdown as elements of the page; nothing in it is ever taken for HTML. */
export const Markdown = ({ text, under = 1 }: Props) => {
  const blocks = useMemo(() => parse(text), [text]);
  return (
    <div className={css.markdown} dir="auto">
      {blocks.map((block, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no names; the text makes them anew
        <Fragment key={k}>{shown(block, under)}</Fragment>
      ))}
    </div>
  );
};

const many = (blocks: readonly Block[], under: number): ReactNode =>
  blocks.map((block, k) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    <Fragment key={k}>{shown(block, under)}</Fragment>
  ));

const shown = (block: Block, under: number): ReactNode => {
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(6, block.level + under)}` as "h2";
      return (
        <Heading dir="auto" data-level={block.level}>
          {said(block.of)}
        </Heading>
      );
    }
    case "paragraph":
      return <p dir="auto">{said(block.of)}</p>;
    case "quote":
      return <blockquote dir="auto">{many(block.of, under)}</blockquote>;
    case "code":
      return (
        <pre>
          <code dir="auto">{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "list":
      return <List block={block} under={under} />;
    case "table":
      return <Table block={block} />;
  }
};

/** An item of one paragraph stands without it. */
const List = ({ block, under }: { readonly block: Extract<Block, { kind: "list" }>; readonly under: number }) => {
  const items = block.items.map((item, k) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    <li key={k} dir="auto">
      {item[0]?.kind === "paragraph" ? said(item[0].of) : many(item.slice(0, 1), under)}
      {many(item.slice(1), under)}
    </li>
  ));
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
};

const Table = ({ block }: { readonly block: Extract<Block, { kind: "table" }> }) => {
  const { t } = useLingui();
  return (
    // A wide table scrolls by itself, and by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className={css.wide} tabIndex={0} aria-label={t`Table`}>
      <table>
        <thead>
          <tr>
            {block.head.map((cell, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <th key={k} scope="col" dir="auto">
                {said(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <tr key={k}>
              {row.map((cell, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <td key={n} dir="auto">
                  {said(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const said = (pieces: readonly Inline[]): ReactNode =>
  pieces.map((piece, k) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    return <Fragment key={k}>{word(piece)}</Fragment>;
  });

const word = (piece: Inline): ReactNode => {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "code":
      return <code>{piece.text}</code>;
    case "strong":
      return <strong>{said(piece.of)}</strong>;
    case "em":
      return <em>{said(piece.of)}</em>;
    case "break":
      return <br />;
    case "link":
      return (
        <a href={piece.to} rel="noreferrer noopener" target={piece.to.startsWith("http") ? "_blank" : undefined}>
          {said(piece.of)}
        </a>
      );
  }
};
