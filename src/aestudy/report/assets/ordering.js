// The order of rows and columns: as the study lists its conditions, or with similar ones side by side.

/** Cluster by average linkage; each merge turns its two halves so that their nearest ends meet. */
export function cluster(names, distance) {
  let groups = names.map((name) => [name]);
  while (groups.length > 1) {
    let best = [Infinity, 0, 1];
    for (let left = 0; left < groups.length; left += 1) {
      for (let right = left + 1; right < groups.length; right += 1) {
        let sum = 0;
        for (const one of groups[left]) for (const other of groups[right]) sum += distance(one, other);
        const mean = sum / (groups[left].length * groups[right].length);
        if (mean < best[0]) best = [mean, left, right];
      }
    }
    const [, left, right] = best;
    const joined = joinNearestEnds(groups[left], groups[right], distance);
    groups = groups.filter((_, place) => place !== left && place !== right);
    groups.splice(left, 0, joined);
  }
  return groups[0] ?? [];
}

function joinNearestEnds(left, right, distance) {
  const choices = [
    [left, right],
    [left, [...right].reverse()],
    [[...left].reverse(), right],
    [[...left].reverse(), [...right].reverse()],
  ];
  const gap = ([one, other]) => distance(one.at(-1), other[0]);
  return choices.reduce((best, choice) => (gap(choice) < gap(best) ? choice : best)).flat();
}

/**
 * Order conditions by how alike they are as columns and rows of matrices, `clean` first.
 * `profiles` maps a condition to numbers, missing ones null; only places that both have count.
 */
export function similarTogether(names, profiles) {
  const distance = (one, other) => {
    let [sum, count] = [0, 0];
    profiles.get(one).forEach((value, place) => {
      const opposite = profiles.get(other)[place];
      if (!Number.isFinite(value) || !Number.isFinite(opposite) || value === null || opposite === null) return;
      sum += (value - opposite) ** 2;
      count += 1;
    });
    return count ? Math.sqrt(sum / count) : Number.MAX_VALUE;
  };
  const others = cluster(names.filter((name) => name !== "clean"), distance);
  if (!names.includes("clean")) return others;
  const [first, last] = [others[0], others.at(-1)];
  const turned = first !== undefined && distance("clean", last) < distance("clean", first);
  return ["clean", ...(turned ? others.reverse() : others)];
}
