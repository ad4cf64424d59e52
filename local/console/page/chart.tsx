import { short } from "./words";

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** The lines, each of the same moments; null where there is nothing to say. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly small?: boolean;
}

const width = 300;
const height = 60;

/** Lines over the last minutes. Whoever does not see it is told the latest and the largest value. */
export function Chart({ title, unit, lines, small = false }: ChartProps) {
  const top = Math.max(...lines.flatMap(({ values }) => values.map((value) => value ?? 0)), 0);
  const words = lines.map(({ name, values }) => {
    const latest = values.findLast((value) => value !== null);
    return `${name} ${latest === undefined || latest === null ? "none" : `${short(latest)} ${unit}`}`;
  });
  return (
    <figure class={small ? "chart small" : "chart"}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} over five minutes: at most ${short(top)} ${unit}; now ${words.join(", ")}`}
      >
        <line x1="0" x2={width} y1={height - 1} y2={height - 1} class="axis" />
        {lines.map(({ name, values }, index) => (
          <path key={name} class={`line line-${index}`} d={path(values, top)} />
        ))}
      </svg>
      {!small && (
        <figcaption>
          {title}{" "}
          <span class="quiet">
            at most {short(top)} {unit}
          </span>
          {lines.length > 1 &&
            lines.map(({ name }, index) => (
              <span key={name} class={`key key-${index}`}>
                {name}
              </span>
            ))}
        </figcaption>
      )}
    </figure>
  );
}

/** A line from point to point; a gap where there is no value, a dot where one stands alone. */
function path(values: readonly (number | null)[], top: number): string {
  const x = (index: number) => ((index * width) / (values.length - 1)).toFixed(1);
  const y = (value: number) => (height - 2 - (top === 0 ? 0 : (value / top) * (height - 6))).toFixed(1);
  return values
    .map((value, index) => {
      if (value === null) return "";
      const before = values[index - 1] ?? null;
      const after = values[index + 1] ?? null;
      if (before === null) return `M${x(index)} ${y(value)}${after === null ? "h0.5" : ""}`;
      return `L${x(index)} ${y(value)}`;
    })
    .join("");
}
