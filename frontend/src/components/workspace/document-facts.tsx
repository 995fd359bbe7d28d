import { Trans, useLingui } from "@lingui/react/macro";

import type { ReactNode } from "react";
import { Choice } from "../../ui/choice";
import { date, figure, languageNames } from "../words";
import { useDesk } from "./desk";
import css from "./document-facts.module.css";

/** Labels of the whole document, and what is known of it. */
export const DocumentFacts = () => {
  const { snapshot } = useDesk();
  const { document } = snapshot.visible;
  return (
    <section className={css.facts}>
      <h2>
        <Trans>Document</Trans>
      </h2>
      <Labels />
      <dl className={css.list}>
        {document.published && (
          <Fact name={<Trans>Published</Trans>}>
            <time dateTime={document.published}>{date(document.published)}</time>
          </Fact>
        )}
        {document.source_url && (
          <Fact name={<Trans>Source</Trans>}>
            <Source url={document.source_url} />
          </Fact>
        )}
        <Fact name={<Trans>Languages</Trans>}>{languageNames(document.languages.map(({ lang }) => lang))}</Fact>
        <Fact name={<Trans>Length</Trans>}>
          <Trans>{figure(document.length)} characters</Trans>
        </Fact>
      </dl>
    </section>
  );
};

const Fact = ({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Only an address that a browser opens as a page is made a link. */
const Source = ({ url }: { readonly url: string }) =>
  /^https?:\/\//i.test(url) ? (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {hostOf(url)}
    </a>
  ) : (
    url
  );

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const Labels = () => {
  const { t } = useLingui();
  const { schema, snapshot, actions, canEdit } = useDesk();
  return schema.document_labels.map((label) => (
    <Choice
      key={label.key}
      size="xs"
      label={label.name}
      none={t`Not set`}
      options={label.values.map((value) => ({ value, label: value }))}
      value={snapshot.own.document_labels[label.key] ?? null}
      onChange={(value) => actions.setDocumentLabel(label.key, value)}
      disabled={!canEdit}
    />
  ));
};
