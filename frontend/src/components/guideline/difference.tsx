import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { guidelineQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import { Empty, Trouble, Waiting } from "../../ui/states";
import { diffLines, hunks, type Line } from "./diff";
import css from "./guideline.module.css";

interface BetweenProps {
  readonly project: Id;
  readonly before: number;
  readonly after: number;
}

/** What one version says otherwise than another. */
export const Between = ({ project, before, after }: BetweenProps) => {
  const old = useQuery(guidelineQuery(project, before));
  const now = useQuery(guidelineQuery(project, after));
  const error = old.error ?? now.error;
  if (error) return <Trouble error={error} onRetry={() => Promise.all([old.refetch(), now.refetch()])} />;
  if (!old.data || !now.data) return <Waiting />;
  return <Difference before={old.data.text ?? ""} after={now.data.text ?? ""} />;
};

export const Difference = ({ before, after }: { readonly before: string; readonly after: string }) => {
  const { t } = useLingui();
  const found = useMemo(() => hunks(diffLines(before, after)), [before, after]);
  if (found.length === 0) return <Empty title={<Trans>Both say the same</Trans>} />;
  return (
    <section className={css.difference} aria-label={t`What changed`}>
      {found.map(({ skipped, lines }, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no names
        <div key={k}>
          {skipped > 0 && (
            <p className={css.skipped}>
              <Plural value={skipped} one="# line as before" other="# lines as before" />
            </p>
          )}
          {lines.map((line, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have none either
            <Changed key={n} line={line} />
          ))}
        </div>
      ))}
    </section>
  );
};

const SIGN = { same: " ", added: "+", removed: "−" } as const;

const Changed = ({ line }: { readonly line: Line }) => {
  const { t } = useLingui();
  const text = line.text || " ";
  const said = { same: "", added: t`added:`, removed: t`removed:` }[line.kind];
  const Kind = line.kind === "added" ? "ins" : line.kind === "removed" ? "del" : "span";
  return (
    <Kind className={css.line} data-kind={line.kind} dir="auto">
      <span aria-hidden="true" className={css.sign}>
        {SIGN[line.kind]}
      </span>
      {said && <span className="sr-only">{said} </span>}
      <span>{text}</span>
    </Kind>
  );
};
