/** The constants of the Python that has twins here. Written by `make client`: change them there. */

export const PREPARE = {
  VERSION: 2,
  SIDE_PX: 28,
  BOX_PX: 20,
  CENTRE_PX: 14.0,
  INK_FLOOR: 0.05,
  PEN_RADIUS_PX: 1.4,
  WIDTH_MIN_PX: 2.0,
  WIDTH_MAX_PX: 3.6,
  FINE: 4,
  ERODED_SHARE: 0.3,
  EXTENT_MIN: 1e-300,
  BLOCK: 5,
  FRAME_PX: 4,
  PART: 1024,
  SOFT_EDGE_PX: 0.5,
} as const;

export const BOXES = {
  LEAST_WIDTH: 1e-09,
} as const;

export const BONDS = {
  POINTS: 32,
  REACH: 10,
  CROSSING: 2.9,
  NEAR: 0.12,
  CORNER: 0.04,
  CORNER_COST: 1.0,
  OVER: [0.5, 0.85],
  OVER_COST: 0.6,
} as const;

export const LATTICE = {
  REACH: 10,
  SIZE_MAX: 8,
  BEAM: 12,
  WIDTH_MAX: 1.9,
  APART_MAX: 0.3,
  HEIGHTS: [0.8, 1.4],
  HEIGHT_COST: 1.7,
  WIDTH: 0.6,
  WIDTH_COST: 1.0,
  GAP: 0.03,
  GAP_COST: 6.0,
  GROUPS_MAX: 16,
  PIECES_MAX: 1200,
  PRIOR_MIN: -2.5,
  SIDE_BY_SIDE: 0.5,
  LATE_COST: 2.0,
  PAUSE_MS: [700.0, 2000.0],
  PAUSE_COST: 1.0,
} as const;

export const LINES = {
  SMALL: 0.4,
  TALL: 2.5,
  SAME_LINE: 0.5,
  STACKED: 0.2,
  SAME_DIGIT: 0.5,
} as const;

export const STROKES = {
  CUTS_MAX: 40,
  CUT_FROM: 0.6,
  CUT_WIDTH: 0.15,
  CUT_OVERLAP: 0.35,
  TURN: 0.06,
  CUT_COST: 1.9,
} as const;

export const PATH = {
  TIE: 0.0001,
} as const;

export const EXPLANATION = {
  PATCH_PX: 5,
  STEP_PX: 2,
  NO_DIGIT: 10,
} as const;

export const PIN = {
  PIN_LENGTH: 4,
  PIN_SURE_FROM: 0.92,
} as const;

export const BUNDLE = {
  FORMAT: 2,
  NOTHING: 1.01,
} as const;

export const NUMBERS = {
  LEAST: 0.0001,
  WHOLE_FROM: 0.97,
  OTHER_COST: 3.0,
  SHARPNESS: 8.0,
  BESIDE: 1.0,
  JOINED: 0.05,
  DOUBTFUL: 0.8,
  LARGE: 0.5,
} as const;

export const READER = {
  NOTHING: 1.01,
  PIN_LENGTH: 4,
  PIN_SURE_FROM: 0.92,
  BATCH: 64,
  ALTERNATIVE_FLOOR: 0.01,
  ALTERNATIVE_COUNT: 3,
  NUMBER_SIDE_PX: 1536,
  LENGTH_MAX: 64,
  SHAPE_SHARE: 0.15,
} as const;
