import { Trans, useLingui } from "@lingui/react/macro";
import { SWATCHES } from "./labels";
import css from "./swatches.module.css";

interface Props {
  readonly value: string;
  readonly onChange: (color: string) => void;
}

export const Swatches = ({ value, onChange }: Props) => {
  const { t } = useLingui();
  const colors = SWATCHES.includes(value) ? SWATCHES : [value, ...SWATCHES];
  return (
    <fieldset className={css.set}>
      <legend>
        <Trans>Colour</Trans>
      </legend>
      {colors.map((color) => (
        <label key={color} className={css.swatch} style={{ backgroundColor: color }} title={color}>
          <input
            type="radio"
            name="color"
            value={color}
            checked={color === value}
            onChange={() => onChange(color)}
            aria-label={t`Colour ${color}`}
          />
        </label>
      ))}
    </fieldset>
  );
};
