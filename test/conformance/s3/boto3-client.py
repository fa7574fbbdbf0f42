"""Uses a server through boto3 and prints the name of every group of checks that held."""

import io
import os
import sys

import boto3
import urllib3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, region, access_key, secret_key, bucket = sys.argv[1:]
s3 = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name=region,
    aws_access_key_id=access_key,
    aws_secret_access_key=secret_key,
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
)
http = urllib3.PoolManager()
read = lambda key: s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def code_of(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


key = "boto3/a b+ü/写真 📷"
s3.put_object(Bucket=bucket, Key=key, Body=b"0123456789", Metadata={"line": "4"}, ContentType="image/png")
head = s3.head_object(Bucket=bucket, Key=key)
assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (10, "image/png", {"line": "4"})
assert s3.get_object(Bucket=bucket, Key=key, Range="bytes=2-4")["Body"].read() == b"234"
s3.copy_object(Bucket=bucket, Key="boto3/copy", CopySource={"Bucket": bucket, "Key": key})
assert read("boto3/copy") == b"0123456789"
print("objects")

large = os.urandom(12_000_000)
parts = TransferConfig(multipart_threshold=5 * 2**20, multipart_chunksize=5 * 2**20)
s3.upload_fileobj(io.BytesIO(large), bucket, "boto3/large", Config=parts)
s3.copy({"Bucket": bucket, "Key": "boto3/large"}, bucket, "boto3/large copy", Config=parts)
for name in ("boto3/large", "boto3/large copy"):
    target = io.BytesIO()
    s3.download_fileobj(bucket, name, target, Config=parts)
    assert target.getvalue() == large
    assert s3.head_object(Bucket=bucket, Key=name)["ETag"].endswith('-3"')
print("multipart")

url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=60)
assert http.request("GET", url).data == b"0123456789"
assert http.request("GET", url.replace("X-Amz-Expires=60", "X-Amz-Expires=61")).status == 403
print("presigned")

post = s3.generate_presigned_post(
    bucket, "boto3/form/${filename}", Conditions=[["content-length-range", 1, 10]], ExpiresIn=60
)
send = lambda data: http.request("POST", post["url"], fields={**post["fields"], "file": ("f.txt", data)})
assert send(b"small").status == 204
assert read("boto3/form/f.txt") == b"small"
assert b"EntityTooLarge" in send(b"12345678901").data
print("form")

names = [f"boto3/list/{number:03}" for number in range(25)] + ["boto3/list/folder/x"]
for name in names:
    s3.put_object(Bucket=bucket, Key=name, Body=b"")
pages = s3.get_paginator("list_objects_v2").paginate(
    Bucket=bucket, Prefix="boto3/list/", Delimiter="/", PaginationConfig={"PageSize": 10}
)
pages = list(pages)
assert [item["Key"] for page in pages for item in page.get("Contents", [])] == names[:-1]
assert [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])] == ["boto3/list/folder/"]
deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": name} for name in names]})
assert len(deleted["Deleted"]) == len(names) and "Errors" not in deleted
print("listing")

tags = [{"Key": "line", "Value": "4"}]
s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": tags})
assert s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"] == tags
print("tags")

assert code_of(lambda: read("boto3/none")) == "NoSuchKey"
assert code_of(lambda: s3.get_object(Bucket=bucket, Key=key, IfMatch='"0"')) == "PreconditionFailed"
assert code_of(lambda: s3.get_bucket_acl(Bucket=bucket)) == "NotImplemented"
assert code_of(lambda: s3.list_objects_v2(Bucket="absent")) == "NoSuchBucket"
print("errors")
