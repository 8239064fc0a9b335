"""Openings: who a sentence or an item addresses, before it says what is to be done.

``Giao Giám đốc Sở Y tế chủ trì …``, ``Đối với BHXH tỉnh, …``, ``Sở Y tế, Công an tỉnh:``, ``Trên cơ sở …,
Sở Y tế …``
"""
