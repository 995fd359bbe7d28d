import { useLingui } from "@lingui/react/macro";
import type { Entity, EntityType } from "../../api/types";
import { Dialog } from "../../ui/dialog";
import { EntityForm } from "../entity-form";
import { useDesk } from "./desk";

interface Props {
  readonly type: EntityType;
  readonly entity: Entity;
  readonly onClose: () => void;
}

const EntityDialog = ({ type, entity, onClose }: Props) => {
  const { t } = useLingui();
  const { project, entities } = useDesk();
  return (
    <Dialog opened onClose={onClose} title={t`Edit the entry`} size="lg">
      <EntityForm project={project.id} type={type} entity={entity} entities={[...entities.values()]} onDone={onClose} />
    </Dialog>
  );
};

export default EntityDialog;
