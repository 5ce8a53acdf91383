import { type Classification, classify } from './classify/classify.ts';
import type { TextModel } from './classify/model.ts';
import { type Decision, decide } from './decide.ts';
import type { RoutingRequest, RoutingTable } from './table.ts';

export interface Classifier {
  readonly model: TextModel;
  readonly threshold: number;
}

export interface Routed {
  readonly decision: Decision;
  /** What was asked, with what the classifier is sure of: the same decision comes of it again without a model. */
  readonly request: RoutingRequest;
  /** Null without a classifier. */
  readonly classification: Classification | null;
  /** Neither a rule nor the classifier knows: whoever asks can be asked. */
  readonly isUnsure: boolean;
}

/** Rules first; where none matches, the classifier names the kind, and the rules that look at it have their turn. */
export function routeRequest(
  table: RoutingTable,
  asked: RoutingRequest,
  classifier: Classifier | null,
): Routed {
  const first = decide(table, asked);
  if (classifier === null) return { decision: first, request: asked, classification: null, isUnsure: false };
  const classification = classify(table, asked, classifier);
  const isOpen = first.rule === 'default' && asked.kind === null;
  const kind = isOpen && !classification.abstained ? classification.kind : asked.kind;
  const request = { ...asked, kind };
  return {
    decision: kind === asked.kind ? first : decide(table, request),
    request,
    classification,
    isUnsure: isOpen && classification.abstained,
  };
}
