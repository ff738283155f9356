"""Camera motion: class, swept angle and field of view of each shot, from points tracked through its frames.

Pipeline: ``shot`` feeds frames to ``point_tracker``; at the end of a shot ``shot_measurements`` runs
``motion_segmentation``, ``self_calibration``, ``motion_statistics`` and ``rotation_odometry``, and
``motion_classifier`` decides.
"""
