/** A demo product: each combination of its option values becomes a variant. */
interface DemoProduct {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly vendor: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Minor units of EUR. */
  readonly price: number;
  readonly compareAt?: number;
}

const PRODUCTS: readonly DemoProduct[] = [
  {
    slug: 'linen-shirt',
    title: 'Linen shirt',
    description: 'A light shirt of washed European linen with a narrow collar.',
    vendor: 'Nordlicht',
    category: 'Clothing',
    tags: ['linen', 'summer'],
    options: { Size: ['S', 'M', 'L'], Colour: ['White', 'Sage'] },
    price: 5900,
  },
  {
    slug: 'merino-sweater',
    title: 'Merino sweater',
    description: 'A fine-knit sweater of extra-fine merino wool.',
    vendor: 'Nordlicht',
    category: 'Clothing',
    tags: ['wool', 'winter'],
    options: { Size: ['S', 'M', 'L'] },
    price: 8900,
    compareAt: 10900,
  },
  {
    slug: 'canvas-tote',
    title: 'Canvas tote',
    description: 'A sturdy tote of organic cotton canvas.',
    vendor: 'Werkhof',
    category: 'Bags',
    tags: ['cotton'],
    options: {},
    price: 1900,
  },
  {
    slug: 'leather-satchel',
    title: 'Leather satchel',
    description: 'A satchel of vegetable-tanned leather that grows more handsome each year.',
    vendor: 'Werkhof',
    category: 'Bags',
    tags: ['leather'],
    options: { Colour: ['Cognac', 'Black'] },
    price: 17900,
  },
  {
    slug: 'stoneware-mug',
    title: 'Stoneware mug',
    description: 'A hand-thrown mug for tea and coffee.',
    vendor: 'Tonraum',
    category: 'Kitchen',
    tags: ['ceramic'],
    options: { Colour: ['Sand', 'Ink'] },
    price: 1600,
  },
  {
    slug: 'cast-iron-pan',
    title: 'Cast-iron pan',
    description: 'A pan that browns, braises and bakes, for generations.',
    vendor: 'Eisenwerk',
    category: 'Kitchen',
    tags: ['iron'],
    options: { Diameter: ['24 cm', '28 cm'] },
    price: 7400,
    compareAt: 8400,
  },
  {
    slug: 'oak-cutting-board',
    title: 'Oak cutting board',
    description: 'A cutting board of solid oak with a juice groove.',
    vendor: 'Eisenwerk',
    category: 'Kitchen',
    tags: ['wood'],
    options: {},
    price: 3900,
  },
  {
    slug: 'beeswax-candle',
    title: 'Beeswax candle',
    description: 'A slow-burning candle of pure beeswax.',
    vendor: 'Tonraum',
    category: 'Home',
    tags: ['wax'],
    options: {},
    price: 1200,
  },
  {
    slug: 'wool-blanket',
    title: 'Wool blanket',
    description: 'A warm blanket woven of new wool.',
    vendor: 'Nordlicht',
    category: 'Home',
    tags: ['wool', 'winter'],
    options: { Colour: ['Grey', 'Moss', 'Rust'] },
    price: 12900,
  },
  {
    slug: 'brass-desk-lamp',
    title: 'Brass desk lamp',
    description: 'An adjustable lamp of solid brass with a warm light.',
    vendor: 'Lichtgut',
    category: 'Home',
    tags: ['lamp', 'brass'],
    options: {},
    price: 14900,
  },
  {
    slug: 'fountain-pen',
    title: 'Fountain pen',
    description: 'A pen with a steel nib that writes at once.',
    vendor: 'Schreibzeug',
    category: 'Stationery',
    tags: ['pen'],
    options: { Nib: ['Fine', 'Medium'] },
    price: 4500,
  },
  {
    slug: 'dotted-notebook',
    title: 'Dotted notebook',
    description: 'A notebook with 192 dotted pages that lies flat.',
    vendor: 'Schreibzeug',
    category: 'Stationery',
    tags: ['paper'],
    options: {},
    price: 1450,
  },
];

const CURRENCY = 'EUR';
const STOCK = 25;

/** The demo catalogue, as staff would send it. */
export const DEMO_PRODUCTS = PRODUCTS.map(({ options, price, compareAt, ...details }) => ({
  ...details,
  options: Object.entries(options).map(([name, values]) => ({ name, values })),
  variants: combinations(options).map((chosen) => ({
    sku: [details.slug, ...Object.values(chosen)].join('-').toUpperCase().replaceAll(' ', ''),
    options: chosen,
    price: { amount: price, currency: CURRENCY },
    ...(compareAt === undefined ? {} : { compareAtPrice: { amount: compareAt, currency: CURRENCY } }),
    stock: STOCK,
  })),
}));

function combinations(options: DemoProduct['options']): Record<string, string>[] {
  return Object.entries(options).reduce<Record<string, string>[]>(
    (chosen, [name, values]) => chosen.flatMap((so) => values.map((value) => ({ ...so, [name]: value }))),
    [{}],
  );
}
