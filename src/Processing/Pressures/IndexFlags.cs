namespace Vascular.Processing.Pressures;

/// <summary>Flags that travel beside an index or a toe pressure. A flag never changes a number.</summary>
public static class IndexFlags
{
    /// <summary>The arms differ by more than 10 mmHg: repeat the first arm.</summary>
    public const string InterarmAbove10 = "interarm_gt_10";

    /// <summary>The arms differ by 15 mmHg or more: suspect subclavian stenosis.</summary>
    public const string InterarmFrom15 = "interarm_ge_15";

    /// <summary>Only one arm could be used.</summary>
    public const string SingleArm = "single_arm";

    /// <summary>No arm pressure: pressures stand, an index does not exist.</summary>
    public const string NoBrachial = "no_brachial";

    /// <summary>The posterior tibial artery was not occluded at the cuff limit.</summary>
    public const string PosteriorTibialNoncompressible = "nc_pt";

    /// <summary>The dorsalis pedis artery was not occluded at the cuff limit.</summary>
    public const string DorsalisPedisNoncompressible = "nc_dp";

    /// <summary>Non-compressible by the index alone, without an artery that stayed open.</summary>
    public const string IndexAbove140 = "index_gt_1_40";

    /// <summary>Normal by ACC/AHA, incompressible for WIfI and several laboratories.</summary>
    public const string High131To140 = "high_1_31_to_1_40";

    /// <summary>Exactly 1.00: borderline in the wording of AHA 2012.</summary>
    public const string Borderline2012 = "aha2012_borderline";

    /// <summary>No flow signal at the ankle: a person must look.</summary>
    public const string NoAnkleFlow = "no_ankle_flow_review";

    /// <summary>The operator marked the posterior tibial reading doubtful. [D]</summary>
    public const string PosteriorTibialUnreliable = "unreliable_pt";

    /// <summary>The operator marked the dorsalis pedis reading doubtful. [D]</summary>
    public const string DorsalisPedisUnreliable = "unreliable_dp";

    /// <summary>The operator marked the toe reading doubtful. [D]</summary>
    public const string ToeUnreliable = "tp_unreliable";

    /// <summary>TBI 0.65 to 0.70: abnormal here, normal in laboratories with a lower limit.</summary>
    public const string CutoffZone = "cutoff_zone_0_65_to_0_70";

    /// <summary>TBI above 1.40: suspect artefact or calcified digital arteries.</summary>
    public const string ImplausiblyHigh = "implausible_high";

    /// <summary>No pulsatile signal at the toe: not measured by PPG, another method may.</summary>
    public const string UseTcpo2OrLaserDoppler = "use_tcpo2_or_ld";

    /// <summary>The toe is missing.</summary>
    public const string UseNextToeOrTcpo2 = "use_next_toe_or_tcpo2";

    /// <summary>The digital artery was not occluded at the cuff limit.</summary>
    public const string UseTcpo2 = "use_tcpo2";
}
