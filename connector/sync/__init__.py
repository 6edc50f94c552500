"""Floor 4: moving. One verb a module: pull, evaluate, push, settle, rollout.

    pull -> merge -> evaluate -> record -> push -> settle

Each arrow ends in a committed transaction; a crash anywhere is answered by doing the step again.
"""
