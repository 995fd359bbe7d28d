import { useLingui } from "@lingui/react/macro";
import { Menu, UnstyledButton } from "@mantine/core";
import type { FeedStatus } from "../../api/feed";
import { IconButton } from "../../ui/icon-button";
import { Icon } from "../../ui/icons";
import { MenuLink } from "../../ui/menu-link";
import { may } from "../access";
import type { Neighbours } from "../neighbours";
import { useDesk } from "./desk";
import css from "./desk-bar.module.css";
import { Finish } from "./finish";
import { StatusChip } from "./status-chip";

interface Props {
  readonly feed: FeedStatus;
  readonly neighbours: Neighbours;
  readonly goDocument: (direction: 1 | -1) => void;
  readonly finishing: boolean;
  readonly setFinishing: (open: boolean) => void;
  readonly openHelp: () => void;
}

export const DeskBar = ({ feed, neighbours, goDocument, finishing, setFinishing, openHelp }: Props) => {
  const { t } = useLingui();
  const { project, snapshot, actions, canEdit } = useDesk();
  const { previous, next, place, total, more } = neighbours;
  return (
    <>
      <span className={css.wide}>
        <IconButton
          icon="previous"
          label={t`Previous document`}
          keys="k"
          disabled={!previous}
          onClick={() => goDocument(-1)}
        />
        <span className={css.place}>{place > 0 ? `${place} / ${total}${more ? "+" : ""}` : ""}</span>
        <IconButton icon="next" label={t`Next document`} keys="j" disabled={!next} onClick={() => goDocument(1)} />
      </span>
      <StatusChip feed={feed} />
      <IconButton
        icon="undo"
        label={t`Undo`}
        keys="Ctrl+Z"
        disabled={!canEdit || !snapshot.canUndo}
        onClick={actions.undo}
      />
      <span className={css.wide}>
        <IconButton
          icon="redo"
          label={t`Redo`}
          keys="Ctrl+Shift+Z"
          disabled={!canEdit || !snapshot.canRedo}
          onClick={actions.redo}
        />
        <IconButton icon="keyboard" label={t`Keys`} keys="?" onClick={openHelp} />
      </span>
      <More neighbours={neighbours} goDocument={goDocument} openHelp={openHelp} />
      {may(project.role, "annotate") && <Finish opened={finishing} onOpen={setFinishing} neighbours={neighbours} />}
    </>
  );
};

/** Other views of the document; on a small screen also what found no room in the bar. */
const More = ({ neighbours, goDocument, openHelp }: Pick<Props, "neighbours" | "goDocument" | "openHelp">) => {
  const { t } = useLingui();
  const { project, document, actions, snapshot, canEdit, setSheet, setTab } = useDesk();
  const params = { project: project.id, document };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={css.more} aria-label={t`More`}>
          <Icon name="more" size={18} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/p/$project/d/$document/history" params={params}>
          {t`History`}
        </MenuLink>
        {may(project.role, "curate") && (
          <MenuLink to="/p/$project/d/$document/curate" params={params}>
            {t`Curate`}
          </MenuLink>
        )}
        <Menu.Divider className={css.narrow ?? ""} />
        <Menu.Item
          className={css.narrow ?? ""}
          onClick={() => {
            setTab("spans");
            setSheet(true);
          }}
        >
          {t`Panel`}
        </Menu.Item>
        <Menu.Item className={css.narrow ?? ""} disabled={!canEdit || !snapshot.canRedo} onClick={actions.redo}>
          {t`Redo`}
        </Menu.Item>
        <Menu.Item className={css.narrow ?? ""} disabled={!neighbours.previous} onClick={() => goDocument(-1)}>
          {t`Previous document`}
        </Menu.Item>
        <Menu.Item className={css.narrow ?? ""} disabled={!neighbours.next} onClick={() => goDocument(1)}>
          {t`Next document`}
        </Menu.Item>
        <Menu.Item className={css.narrow ?? ""} onClick={openHelp}>
          {t`Keys`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
