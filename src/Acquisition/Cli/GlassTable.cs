using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>glass-stage</c>: one target arterial path per row.</summary>
public static class GlassTable
{
    private static readonly string[] Inputs = ["fp_grade", "ip_grade"];

    public static ScoreTable Table { get; } = new("glass-stage", Inputs, ["glass_stage"], Answer);

    private static ScoreAnswer Answer(IReadOnlyList<string> fields, RuleSet rules)
    {
        ScoreFields row = new(Inputs, fields);
        (int femoropopliteal, int infrapopliteal) = (row.Grade(Inputs[0], GlassStage.HighestGrade), row.Grade(Inputs[1], GlassStage.HighestGrade));
        return row.Refusal ?? ScoreAnswer.Of(GlassStage.Of(femoropopliteal, infrapopliteal));
    }
}
