import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newSecretId } from '../../lib/ids.ts';
import { insertProduct, type ProductRow, selectProducts } from './product-queries.ts';
import type { ProductInput, ProductView } from './schema.ts';

const MAX_PRODUCTS = 100;

/** What a demonstration sells at first, in KRW; production is told by `POST /payment/products`. A point is worth about 10. The page recommends a name with 프로. */
const defaults = [
  {
    seedKey: 'page',
    name: '한 페이지',
    description: '가볍게 시작하는 첫 장',
    price: 2_000,
    points: 200,
    bonusPoints: 0,
  },
  {
    seedKey: 'chapter',
    name: '한 챕터',
    description: '주말 내내 이어지는 대화',
    price: 5_000,
    points: 500,
    bonusPoints: 25,
  },
  {
    seedKey: 'teller',
    name: '프로 이야기꾼',
    description: '가장 많이 찾는 선택',
    price: 10_000,
    points: 1_000,
    bonusPoints: 100,
  },
  {
    seedKey: 'library',
    name: '나만의 서재',
    description: '오래 두고 읽는 한 서가',
    price: 30_000,
    points: 3_000,
    bonusPoints: 450,
  },
] as const;

/**
 * What is for sale, in its order. Those that are not any more are shown to admins only: 401 and 403 (`auth.forbidden`)
 * for others.
 */
export async function listProducts(ctx: Ctx, actor: Actor, isActive: boolean): Promise<ProductView[]> {
  if (!isActive && actor.kind !== 'member') throw fail('auth.not_authenticated');
  if (!isActive && !(actor.kind === 'member' && actor.isAdmin)) throw fail('auth.forbidden');
  return (await selectProducts(ctx.db.pool, isActive, MAX_PRODUCTS)).map(productView);
}

/** Puts a product up for sale. Its price never changes: orders freeze it, and a new price is a new product. */
export async function createProduct(ctx: Ctx, input: ProductInput): Promise<ProductView> {
  const row = await insertProduct(ctx.db.pool, {
    id: newSecretId(),
    name: input.name,
    description: input.description ?? null,
    price: input.price,
    points: input.point_amount,
    bonusPoints: input.bonus_point ?? 0,
    isActive: input.is_active ?? true,
    sortOrder: input.sort_order ?? 0,
  });
  if (!row) throw new Error('insert returned no row');
  return productView(row);
}

/** Makes the first products, once; what was changed since stays as it is. Returns how many were made now. */
export async function ensureProducts(ctx: Ctx): Promise<number> {
  let made = 0;
  for (const [index, product] of defaults.entries())
    if (await insertProduct(ctx.db.pool, { id: newSecretId(), ...product, sortOrder: index + 1 })) made += 1;
  return made;
}

function productView(row: ProductRow): ProductView {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price: row.price,
    point_amount: row.points,
    bonus_point: row.bonusPoints,
    is_active: row.isActive,
    sort_order: row.sortOrder,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
