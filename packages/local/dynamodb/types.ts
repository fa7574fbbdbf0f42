/** An attribute value as it travels: exactly one of the members is present; `B` and `BS` are base64. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

export type Item = { [attribute: string]: AttributeValue };

export type AttributeType = 'S' | 'N' | 'B';

export interface KeySchemaElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface IndexDescription {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
  IndexArn?: string;
  IndexStatus?: string;
  IndexSizeBytes?: number;
  ItemCount?: number;
  ProvisionedThroughput?: Throughput;
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
  NumberOfDecreasesToday?: number;
}

/** The part of AWS's `TableDescription` a local table has. */
export interface TableDescription {
  TableName: string;
  AttributeDefinitions: { AttributeName: string; AttributeType: AttributeType }[];
  KeySchema: KeySchemaElement[];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
  TableArn?: string;
  TableId?: string;
  TableStatus?: string;
  /** Seconds since the epoch, with a fraction. */
  CreationDateTime?: number;
  ItemCount?: number;
  TableSizeBytes?: number;
  ProvisionedThroughput?: Throughput;
  BillingModeSummary?: { BillingMode: string; LastUpdateToPayPerRequestDateTime?: number };
  TableThroughputModeSummary?: { TableThroughputMode: string };
  DeletionProtectionEnabled?: boolean;
}

/** What the store keeps of a table. */
export interface TableRecord {
  description: TableDescription;
  /** The attribute whose number of seconds says when an item expires; absent while TTL is off. */
  ttlAttribute?: string;
  tags?: Readonly<Record<string, string>>;
}

export interface ConsumedCapacity {
  TableName: string;
  CapacityUnits: number;
}

/** A request after its types were checked: a JSON object. */
export type RequestData = { [member: string]: unknown };
