import { useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { threadsQuery } from "../../api/queries";
import { Icon } from "../../ui/icons";
import { may } from "../access";
import guide from "../guideline/guideline.module.css";
import { isNews, useGuideline } from "../guideline/use-guideline";
import { CommentsTab } from "./comments-tab";
import { type Tab, useDesk } from "./desk";
import { DetailsTab } from "./details-tab";
import { GuidelineTab } from "./guideline-tab";
import { HistoryTab } from "./history-tab";
import { LinksTab } from "./links-tab";
import css from "./panel.module.css";
import { SpansTab } from "./spans-tab";
import { SuggestionsNote } from "./suggestions-note";

export const Panel = ({ onAllSuggestions }: { readonly onAllSuggestions: () => void }) => {
  const { t } = useLingui();
  const { tab, setTab, snapshot, project, document } = useDesk();
  const talks = may(project.role, "annotate");
  const threads = useQuery({ ...threadsQuery(project.id, document), enabled: talks }).data?.results ?? [];
  const open = threads.filter(({ resolved }) => !resolved).length;
  const news = isNews(useGuideline(project.id));
  const { annotations, links } = snapshot.own;
  return (
    <Tabs
      value={tab}
      onChange={(value) => value && setTab(value as Tab)}
      keepMounted={false}
      classNames={{ root: css.root ?? "", list: css.list ?? "", tab: css.tab ?? "", panel: css.panel ?? "" }}
    >
      <Tabs.List aria-label={t`About the document`}>
        <Tabs.Tab value="details">{t`Details`}</Tabs.Tab>
        <Tabs.Tab value="spans" rightSection={<Count n={annotations.size} />}>{t`Spans`}</Tabs.Tab>
        <Tabs.Tab value="links" rightSection={<Count n={links.size} />}>{t`Links`}</Tabs.Tab>
        {talks && (
          <Tabs.Tab
            value="comments"
            aria-label={t`Comments`}
            title={t`Comments`}
            rightSection={open > 0 ? <Count n={open} /> : null}
          >
            <Icon name="comment" />
          </Tabs.Tab>
        )}
        <Tabs.Tab
          value="guideline"
          aria-label={news ? t`Guideline, changed since you read it` : t`Guideline`}
          title={t`Guideline`}
        >
          <Icon name="book" />
          {news && <span className={guide.dot} aria-hidden="true" />}
        </Tabs.Tab>
        <Tabs.Tab value="history" aria-label={t`History`} title={t`History`}>
          <Icon name="clock" />
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="details">
        <SuggestionsNote onAll={onAllSuggestions} />
        <DetailsTab />
      </Tabs.Panel>
      <Tabs.Panel value="spans">
        <SuggestionsNote onAll={onAllSuggestions} />
        <SpansTab />
      </Tabs.Panel>
      <Tabs.Panel value="links">
        <LinksTab />
      </Tabs.Panel>
      <Tabs.Panel value="comments">
        <CommentsTab />
      </Tabs.Panel>
      <Tabs.Panel value="guideline">
        <GuidelineTab />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <HistoryTab />
      </Tabs.Panel>
    </Tabs>
  );
};

const Count = ({ n }: { readonly n: number }) => <span className={css.count}>{n}</span>;
