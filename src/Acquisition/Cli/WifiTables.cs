using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Tables <c>wifi-ischemia</c>, <c>wifi-stage</c> and <c>wifi-benefit</c>: one foot per row.</summary>
public static class WifiTables
{
    private const string Abi = "abi";
    private const string AbiOpen = "abi_nc";
    private const string Ankle = "ankle_mmhg";
    private const string Toe = "toe_mmhg";
    private const string ToeReliable = "toe_reliable";
    private const string Oxygen = "tcpo2_mmhg";
    private const string OxygenReliable = "tcpo2_reliable";
    private const string Forefoot = "forefoot_pvr";
    private const string Diabetes = "diabetes";
    private const int HighestAbi = 10;

    private static readonly string[] PerfusionInputs = [Abi, AbiOpen, Ankle, Toe, ToeReliable, Oxygen, OxygenReliable, Forefoot, Diabetes];
    private static readonly string[] Grades = ["wound", "ischemia", "foot_infection"];

    public static ScoreTable Ischemia { get; } = new(
        "wifi-ischemia",
        PerfusionInputs,
        ["ischemia_grade", "basis", ScoreTable.Flags],
        (row, rules) => Graded(new ScoreFields(PerfusionInputs, row), rules))
    {
        RestsOn = ["oxygen.highest_mmHg", "plateau.floor_mmHg"],
    };

    public static ScoreTable Stage { get; } = new(
        "wifi-stage",
        Grades,
        ["clinical_stage", "amputation_risk_1y"],
        (row, _) => OfGrades(row, (w, i, f) => WifiStage.Risk(w, i, f) is var risk ? [ScoreFields.Print(WifiStage.Of(risk)), risk.Word()] : []));

    public static ScoreTable Benefit { get; } = new(
        "wifi-benefit",
        Grades,
        ["revascularization_benefit"],
        (row, _) => OfGrades(row, (w, i, f) => [WifiBenefit.Of(w, i, f).Word()]));

    private static ScoreAnswer Graded(ScoreFields row, RuleSet rules)
    {
        IndexRange? abi = row.Number(Abi, WrittenNumber.Zero, WrittenNumber.Of(HighestAbi)) is { } index ? IndexRange.Exactly(new(index.Hundredths)) : null;
        PressureRange? toe = Pressure(row, Toe);
        OxygenTension? oxygen = OxygenTable.Tension(row, Oxygen, rules);
        FootPerfusion foot = new(
            abi,
            Needed(row, AbiOpen),
            Pressure(row, Ankle),
            toe,
            toe is null ? row.Bit(ToeReliable) ?? true : Needed(row, ToeReliable),
            oxygen is { } tension ? PressureRange.Exactly(tension.Printed) : null,
            oxygen is null ? row.Bit(OxygenReliable) ?? true : Needed(row, OxygenReliable),
            row.Word(Forefoot, "", "flat") == 1,
            Needed(row, Diabetes));
        if (row.Refusal is { } refused)
        {
            return refused;
        }

        IschaemiaGrade grade = IschaemiaGrade.Of(foot);
        return ScoreAnswer.Of(grade.Grade?.ToString() ?? "", grade.Basis, string.Join(';', grade.Flags));
    }

    /// <summary>Printed mmHg, or all those under a floor; null when empty.</summary>
    private static PressureRange? Pressure(ScoreFields row, string name)
    {
        if (row.Text(name) is ['<', .. string floor])
        {
            if (VectorWords.BelowLimit(floor) is { } below)
            {
                return PressureRange.Below(below.LimitMmHg);
            }

            row.Refuse(name, $"'<' and a whole floor up to {VesselPressure.HighestMmHg}");
            return null;
        }

        return row.Number(name, WrittenNumber.Zero, WrittenNumber.Of(VesselPressure.HighestMmHg)) is { } mmHg ? PressureRange.Exactly(mmHg.HalfUp) : null;
    }

    private static bool Needed(ScoreFields row, string name)
    {
        if (row.IsEmpty(name))
        {
            row.Refuse(name, "0 or 1");
        }

        return row.Bit(name) ?? false;
    }

    private static ScoreAnswer OfGrades(IReadOnlyList<string> fields, Func<int, int, int, string[]> rule)
    {
        ScoreFields row = new(Grades, fields);
        int[] grades = [.. Grades.Select(name => row.Grade(name, WifiLevels.HighestGrade))];
        return row.Refusal ?? ScoreAnswer.Of(rule(grades[0], grades[1], grades[2]));
    }
}
