import type { KMSClient } from '@aws-sdk/client-kms';

/** A fresh AES-256 key for one secret. */
export interface DataKey {
  /** 32 bytes; for use now, never stored. */
  readonly plaintext: Uint8Array;
  /** The same key under the deployment's KMS key; stored beside what it encrypts. */
  readonly sealed: Uint8Array;
}

export type DataKeys = ReturnType<typeof openDataKeys>;
export type TenantDataKeys = ReturnType<DataKeys['scope']>;

/**
 * Data keys for envelope encryption, under the KMS key `keyId` (its id, ARN or alias). The KMS client is loaded at its
 * first use.
 */
export function openDataKeys(region: string, keyId: string | undefined) {
  let loading: Promise<{ sdk: typeof import('@aws-sdk/client-kms'); client: KMSClient }> | undefined;

  function load() {
    loading ??= import('@aws-sdk/client-kms').then((sdk) => ({ sdk, client: new sdk.KMSClient({ region }) }));
    return loading;
  }

  function requireKeyId(): string {
    if (keyId !== undefined) return keyId;
    throw new Error('This deployment has no KMS key: set LOUPE_KMS_KEY_ID to its ARN.');
  }

  /**
   * The data keys of one tenant: its id is part of the encryption context, so a key sealed for one tenant cannot be
   * opened for another.
   */
  function scope(tenantId: string) {
    const EncryptionContext = { tenantId };

    return {
      async generate(): Promise<DataKey> {
        const KeyId = requireKeyId();
        const { sdk, client } = await load();
        const { Plaintext, CiphertextBlob } = await client.send(
          new sdk.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
        );
        if (!Plaintext || !CiphertextBlob) throw new Error('KMS answered without a data key.');
        return { plaintext: Plaintext, sealed: CiphertextBlob };
      },

      /** @throws InvalidCiphertextException (the SDK's) when it was changed, or sealed for another tenant */
      async open(dataKey: Uint8Array): Promise<Uint8Array> {
        const KeyId = requireKeyId();
        const { sdk, client } = await load();
        const { Plaintext } = await client.send(
          new sdk.DecryptCommand({ KeyId, CiphertextBlob: dataKey, EncryptionContext }),
        );
        if (!Plaintext) throw new Error('KMS answered without a data key.');
        return Plaintext;
      },
    };
  }

  return { scope };
}
