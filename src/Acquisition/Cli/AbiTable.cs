using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>abi</c>: the ankle-brachial index of one leg per row.</summary>
public static class AbiTable
{
    public static ScoreTable Table { get; } = new(
        "abi",
        ["brachial_r", "brachial_l", "pt", "dp"],
        [
            "brachial_used", "pt_state", "dp_state", "pt_index", "dp_index", "limb_vessel", "limb_index", "limb_index_lowest", "display", "category",
            "category_of_measured_vessel", "severity_convention", "tbi_required", "wifi_abi_usable", ScoreTable.Flags,
        ],
        Answer);

    private static ScoreAnswer Answer(IReadOnlyList<string> row, RuleSet rules)
    {
        if (!VectorWords.TryReadArm(row[0], out int? right, out string error))
        {
            return ScoreAnswer.Refused("brachial_r", error);
        }

        if (!VectorWords.TryReadArm(row[1], out int? left, out error))
        {
            return ScoreAnswer.Refused("brachial_l", error);
        }

        if (!VectorWords.TryReadAnkle(row[2], out VesselPressure pt, out error))
        {
            return ScoreAnswer.Refused("pt", error);
        }

        return VectorWords.TryReadAnkle(row[3], out VesselPressure dp, out error)
            ? Columns(AnkleBrachialIndex.Of(new ArmPressures(right, left), pt, dp))
            : ScoreAnswer.Refused("dp", error);
    }

    private static ScoreAnswer Columns(AnkleBrachialResult limb) => ScoreAnswer.Of(
        limb.BrachialUsed is { } arm ? PressureText.Print(arm) : "",
        VectorWords.State(limb.PosteriorTibialState),
        VectorWords.State(limb.DorsalisPedisState),
        limb.PosteriorTibialIndex?.ToString() ?? "",
        limb.DorsalisPedisIndex?.ToString() ?? "",
        limb.Vessel?.Word() ?? "",
        limb.Index?.ToString() ?? "",
        limb.LowestIndex?.ToString() ?? "",
        limb.Display,
        limb.Category.Word(),
        limb.CategoryOfMeasuredVessel?.Word() ?? "",
        limb.Severity?.Word() ?? "",
        limb.TbiRequired ? "1" : "0",
        limb.WifiUsable ? "1" : "0",
        string.Join(';', limb.Flags));
}
