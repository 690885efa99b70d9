import { isUtf8 } from 'node:buffer';
import express from 'express';
import { ApiError } from './errors.js';

const LIMIT = 64 * 1024;

/** Reads a JSON body of at most 64 KiB. */
export const readBody = [
  (request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (encoding === undefined && !(Number(length) > 0)) throw invalid('body: must not be missing');
    if (!request.is('application/json')) {
      throw new ApiError('unsupported_media_type', 'The body must be application/json');
    }
    next();
  },
  express.json({
    limit: LIMIT,
    inflate: false,
    verify: (request, response, bytes) => {
      if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { status: 415 });
    },
  }),
];

/** The members of a task that a client may set. @throws ApiError */
export function taskOf(body, { complete }) {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('body: must be an object');
  const { title, description, completed, ...others } = body;
  if (Object.keys(others).length > 0) throw invalid('body: must hold no member that is not documented');
  if (Object.keys(body).length === 0) throw invalid('body: must hold at least 1 member');
  if (complete && title === undefined) throw invalid('title: must not be missing');
  if (title !== undefined && !isText(title, 1, 200)) throw invalid('title: must have 1 to 200 characters');
  if (description !== undefined && description !== null && !isText(description, 0, 2000)) {
    throw invalid('description: must have at most 2000 characters');
  }
  if (completed !== undefined && typeof completed !== 'boolean') throw invalid('completed: must be boolean');
  return body;
}

/** Which page of a list is wanted. @throws ApiError */
export function pageOf(query) {
  const { limit = '20', cursor } = query;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 100) {
    throw invalid('limit: must be 1 to 100');
  }
  if (cursor !== undefined && (typeof cursor !== 'string' || !/^[\w-]{1,200}$/.test(cursor))) {
    throw invalid('cursor: must be the next_cursor of another page');
  }
  return { limit: Number(limit), cursor };
}

function isText(value, least, most) {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return false;
  const { length } = [...value];
  return length >= least && length <= most;
}

export function invalid(message) {
  return new ApiError('validation_failed', message);
}
