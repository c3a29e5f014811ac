/** A share of 1 in percent, never rounded up to certainty nor down to nothing. `decimals` are the places after the point. */
export function percent(share: number, language: string, decimals = 1): string {
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: decimals });
  const least = 10 ** -(decimals + 2);
  if (share > 1 - least) return `>${format.format(1 - least)}`;
  if (share > 0 && share < least) return `<${format.format(least)}`;
  return format.format(share);
}
