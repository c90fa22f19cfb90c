using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>tbi</c>: toe pressure and toe-brachial index of one toe per row.</summary>
public static class TbiTable
{
    public static ScoreTable Table { get; } = new(
        "tbi",
        ["toe", "brachial_r", "brachial_l"],
        [
            "brachial_used", "toe_mmhg_reported", "tbi", "category", "tp_wifi_grade", "tp_lt_30", "tp_lt_40", "tp_lt_50", "tp_gt_55", ScoreTable.Flags,
        ],
        Answer)
    {
        RestsOn = ["pressures.toe_index_abnormal_to_hundredths"],
    };

    private static ScoreAnswer Answer(IReadOnlyList<string> row, RuleSet rules)
    {
        if (!VectorWords.TryReadToe(row[0], out VesselPressure toe, out string error))
        {
            return ScoreAnswer.Refused("toe", error);
        }

        if (!VectorWords.TryReadArm(row[1], out int? right, out error))
        {
            return ScoreAnswer.Refused("brachial_r", error);
        }

        return VectorWords.TryReadArm(row[2], out int? left, out error)
            ? Columns(ToeBrachialIndex.Of(new ArmPressures(right, left), toe, rules.Pressures))
            : ScoreAnswer.Refused("brachial_l", error);
    }

    private static ScoreAnswer Columns(ToeBrachialResult toe) => ScoreAnswer.Of(
        toe.BrachialUsed is { } arm ? PressureText.Print(arm) : "",
        toe.Reported ?? "",
        toe.Index?.ToString() ?? toe.Range?.ToString() ?? "",
        toe.Category.Word(),
        toe.WifiGrade?.ToString() ?? "",
        Bit(toe.Limits?.Below30),
        Bit(toe.Limits?.Below40),
        Bit(toe.Limits?.Below50),
        Bit(toe.Limits?.Above55),
        string.Join(';', toe.Flags));

    private static string Bit(bool? yes) => yes switch { null => "", true => "1", false => "0" };
}
