"""The functions of `import aestudy` that no other room has: short ways through several rooms.

They check what a person passes, fill in what a config would say, and call the code that the study runs.
"""
