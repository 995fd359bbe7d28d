import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Id } from "../../api/types";
import { Section } from "../../ui/page";
import form from "../form.module.css";
import { moment } from "../words";
import css from "./erase-dialog.module.css";

/** Exports that were made before something in them was erased: whoever has one must delete it. */
export const Recalls = ({ project }: { readonly project: Id }) => {
  const { data } = useQuery({
    queryKey: ["erasures", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/erasures", { params: { path: { project } }, signal }),
  });
  const recalls =
    data?.results.flatMap((one) => one.exports.map((each) => ({ ...each, erased: one.recorded_at }))) ?? [];
  if (recalls.length === 0) return null;
  return (
    <Section title={<Trans>To be called back</Trans>}>
      <p className={form.hint}>
        <Trans>
          These exports hold something that was erased later. Their files are deleted here; whoever downloaded one must
          delete it, too.
        </Trans>
      </p>
      <div className={css.exports}>
        <ul>
          {recalls.map((each) => (
            <li key={`${each.job}/${each.erased}`}>
              <bdi>{each.name}</bdi> <code title="SHA-256">{each.sha256.slice(0, 16)}…</code>{" "}
              <Trans>
                erased <time dateTime={each.erased}>{moment(each.erased)}</time>
              </Trans>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
};
