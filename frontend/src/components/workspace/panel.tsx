import { useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { type Tab, useDesk } from "./desk";
import { DetailsTab } from "./details-tab";
import { HistoryTab } from "./history-tab";
import { LinksTab } from "./links-tab";
import css from "./panel.module.css";
import { SpansTab } from "./spans-tab";

export const Panel = () => {
  const { t } = useLingui();
  const { tab, setTab, snapshot } = useDesk();
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
        <Tabs.Tab value="history">{t`History`}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="details">
        <DetailsTab />
      </Tabs.Panel>
      <Tabs.Panel value="spans">
        <SpansTab />
      </Tabs.Panel>
      <Tabs.Panel value="links">
        <LinksTab />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <HistoryTab />
      </Tabs.Panel>
    </Tabs>
  );
};

const Count = ({ n }: { readonly n: number }) => <span className={css.count}>{n}</span>;
