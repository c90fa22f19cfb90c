using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>pdva</c>: the checklist of percutaneous deep vein arterialization, one patient per row.</summary>
public static class VeinArterializationTable
{
    private static readonly string[] Inputs =
    [
        "life_expectancy_ok", "qol_and_walking_goal", "limb_salvageable", "good_arterial_target", "btk_inflow_open", "crossover_3_5_to_4_mm_stent",
        "vein_stripping", "vein_harvest", "vein_thrombosis", "plantar_vein_target",
    ];

    public static ScoreTable Table { get; } = new("pdva", Inputs, ["decision", "deciding_step", ScoreTable.Reasons], Answer);

    private static ScoreAnswer Answer(IReadOnlyList<string> fields, RuleSet rules)
    {
        ScoreFields row = new(Inputs, fields);
        ChecklistAnswer[] given = [.. Inputs.Select(name => (ChecklistAnswer)row.Word(name, "unknown", "yes", "no"))];
        if (row.Refusal is { } refused)
        {
            return refused;
        }

        VeinArterialization list = VeinArterialization.Of(new(given[0], given[1], given[2], given[3], given[4], given[5], given[6], given[7], given[8], given[9]));
        return ScoreAnswer.Of(list.Decision.Word(), ScoreFields.Print(list.DecidingStep), string.Join(';', list.Reasons));
    }
}
