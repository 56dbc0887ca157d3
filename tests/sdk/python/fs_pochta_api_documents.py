"""PyPI `fs-pochta-api`: check-in by GET, forms as bytes, the archive; played after `fs_pochta_api_flow`."""

from fs_pochta_api_flow import refused
from pochta import Delivery
from stage import SECRET, TENANT, tell


def documents(post: Delivery, number: int) -> None:
    name = post.batches.find_order_by_id(number)["batch-name"]
    checked = post.documents.checkin(name)
    files = {
        "all.zip": post.documents.create_all_docs(name),
        "f7.pdf": post.documents.create_f7_f22(number),
        "f112.pdf": post.documents.create_f112(number),
        "f103.pdf": post.documents.create_f103(name),
        "forms.pdf": post.documents.create_forms(number),
    }
    for path, answer in files.items():
        with open(path, "wb") as file:
            file.write(answer.content)
    tell(
        "documents",
        checked=checked,
        again=post.documents.checkin(name),
        kinds={path: answer.headers["Content-Type"].partition(";")[0] for path, answer in files.items()},
        nobody=refused(post.documents.create_f7_f22, 1)["status"],
        archived=post.archive.batch_to_archive([name]),
        listed=[one["batch-name"] == name for one in post.archive.get_archive_batches()],
        back=post.archive.revert_batch([name, "999"]),
    )


if __name__ == "__main__":
    post = Delivery(TENANT, SECRET, TENANT)
    [batch] = post.batches.search_all_batches()
    documents(post, post.batches.get_batch_orders_info(batch["batch-name"])[0]["id"])
