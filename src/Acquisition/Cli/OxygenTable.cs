using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>tcpo2</c>: one foot site per row, with its reference and its provocations where they were done.</summary>
public static class OxygenTable
{
    private const string Foot = "foot_mmhg";
    private const string Chest = "chest_mmhg";
    private const string OnOxygen = "foot_on_o2_mmhg";
    private const string Elevated = "foot_elevated_mmhg";

    private static readonly string[] Inputs = [Foot, Chest, OnOxygen, Elevated];

    public static ScoreTable Table { get; } = new(
        "tcpo2",
        Inputs,
        [
            "tcpo2_reported", "bin", "wifi_grade", "hypoxia_lt_40", "lt_30", "lt_25", "lt_20", "lt_10", "rpi", "o2_delta", "o2_delta_lt_10", "o2_gt_100",
            "elevation_drop", ScoreTable.Flags,
        ],
        (row, rules) => Answer(new ScoreFields(Inputs, row), rules))
    {
        RestsOn = ["oxygen.chest_low_mmHg", "oxygen.highest_mmHg", "plateau.floor_mmHg"],
    };

    private static ScoreAnswer Answer(ScoreFields row, RuleSet rules)
    {
        OxygenTension? given = Tension(row, Foot, rules);
        OxygenTension? chest = Tension(row, Chest, rules);
        OxygenTension? onOxygen = Tension(row, OnOxygen, rules);
        OxygenTension? elevated = Tension(row, Elevated, rules);
        if (given is not { } foot)
        {
            row.Contradict(Foot, "is missing");
            foot = default;
        }

        return row.Refusal ?? Columns(
            foot,
            RegionalPerfusionIndex.Of(foot, chest, rules.Oxygen),
            onOxygen is { } high ? OxygenChallenge.Of(foot, high) : null,
            elevated is { } raised ? LegElevation.Of(foot, raised, rules.Oxygen) : null);
    }

    private static ScoreAnswer Columns(OxygenTension foot, RegionalPerfusionIndex rpi, OxygenChallenge? challenge, LegElevation? elevation) => ScoreAnswer.Of(
        ScoreFields.Print(foot.Printed),
        foot.Band,
        ScoreFields.Print(foot.WifiGrade),
        ScoreFields.Bit(foot.Below40),
        ScoreFields.Bit(foot.Below30),
        ScoreFields.Bit(foot.Below25),
        ScoreFields.Bit(foot.Below20),
        ScoreFields.Bit(foot.Below10),
        rpi.Index?.ToString() ?? "",
        ScoreFields.Print(challenge?.RiseMmHg),
        ScoreFields.Bit(challenge?.RiseBelow10),
        ScoreFields.Bit(challenge?.Above100),
        ScoreFields.Print(elevation?.FallMmHg),
        string.Join(';', rpi.Doubts));

    /// <summary>Null when empty.</summary>
    internal static OxygenTension? Tension(ScoreFields row, string name, RuleSet rules)
    {
        WrittenNumber lowest = WrittenNumber.Near(rules.Plateau.FloorMmHg);
        return row.Number(name, lowest, WrittenNumber.Of(rules.Oxygen.HighestMmHg)) is { } mmHg && OxygenTension.TryOf(mmHg, rules, out OxygenTension tension)
            ? tension
            : null;
    }
}
