using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>One TcPO2 value: as written, as printed, and on which side of the published limits it lies.</summary>
/// <remarks>What is normal is disputed (24 of 32 healthy people had a site below 40 [V] Blake 2014): the number, its band and the limits are shown, never
/// "normal" or "abnormal".</remarks>
public readonly record struct OxygenTension
{
    private OxygenTension(WrittenNumber written) => Written = written;

    /// <summary>As given, 0 where it was a little below (down to the floor of the rule set).</summary>
    public WrittenNumber Written { get; }

    /// <summary>The integer mmHg that is printed and graded, half up. [D]</summary>
    public int Printed => Written.HalfUp;

    /// <summary>Below 40: hypoxia; PARC limit with tissue loss. [V] Fife 2009; PARC</summary>
    public bool Below40 => Printed < 40;

    /// <summary>Below 30: CLTI limit of ESC 2017, GVG, ESVM, ESVS, ACC/AHA. [V] PMC11279131</summary>
    public bool Below30 => Printed < 30;

    /// <summary>Below 25: action limit of IWGDF. [V] through a summary</summary>
    public bool Below25 => Printed < 25;

    /// <summary>Below 20: PARC limit for rest pain. [V]</summary>
    public bool Below20 => Printed < 20;

    /// <summary>Below 10: critical band of the seed's cohort. Band [D], number [S]</summary>
    public bool Below10 => Printed < 10;

    /// <summary>WIfI ischaemia grade, 0 to 3: the same column of the table as the toe pressure. [V] PMC11279131 table 2</summary>
    public int WifiGrade => ToePressureGrade.Of(Printed);

    /// <summary>The band in words, between the limits above and those of WIfI.</summary>
    public string Band => Printed switch
    {
        < 10 => "<10",
        < 20 => "10-19",
        < 25 => "20-24",
        < 30 => "25-29",
        < 40 => "30-39",
        < 60 => "40-59",
        _ => ">=60",
    };

    /// <param name="mmHg">As written. Below 0 down to the floor it counts as 0. [D]</param>
    /// <returns>False below the floor (a fault of the sensor) and above the highest value taken for one.</returns>
    public static bool TryOf(WrittenNumber mmHg, RuleSet rules, out OxygenTension tension)
    {
        ArgumentNullException.ThrowIfNull(rules);
        tension = new(mmHg.IsNegative ? WrittenNumber.Zero : mmHg);
        return mmHg.Value >= rules.Plateau.FloorMmHg && mmHg <= WrittenNumber.Of(rules.Oxygen.HighestMmHg);
    }
}
