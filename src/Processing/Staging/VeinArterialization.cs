namespace Vascular.Processing.Staging;

/// <summary>An answer of the checklist.</summary>
public enum ChecklistAnswer
{
    Unknown,
    Yes,
    No,
}

/// <summary>Where the checklist of percutaneous deep vein arterialization ends. A state of the list as entered, never an indication.</summary>
public enum ChecklistDecision
{
    /// <summary>All four steps are passed.</summary>
    Eligible,

    /// <summary>The patient (step 1) or the limb (step 2).</summary>
    NotCandidate,

    /// <summary>There is an arterial target: the usual way (step 3).</summary>
    ArterialRevascularization,

    /// <summary>Inflow, crossover or veins (step 4).</summary>
    NotFeasible,

    /// <summary>An answer that decides is not known.</summary>
    Incomplete,
}

/// <summary>What was answered, in the order of the steps.</summary>
/// <param name="LifeExpectancy">Step 1: acceptable life expectancy.</param>
/// <param name="QualityAndWalkingGoal">Step 1: quality of life, with healing and walking as the goal.</param>
/// <param name="LimbSalvageable">Step 2.</param>
/// <param name="ArterialTarget">Step 3: a good arterial target with a reasonable chance; passed with no.</param>
/// <param name="InflowOpen">Step 4: at least one vessel below the knee open, also after treatment.</param>
/// <param name="CrossoverTreatable">Step 4: the crossover can take a stent of 3.5 to 4 mm.</param>
/// <param name="VeinStripping">Step 4: passed with no.</param>
/// <param name="VeinHarvest">Step 4: passed with no.</param>
/// <param name="VeinThrombosis">Step 4: passed with no.</param>
/// <param name="PlantarVeinTarget">Step 4.</param>
public readonly record struct VeinArterializationAnswers(
    ChecklistAnswer LifeExpectancy,
    ChecklistAnswer QualityAndWalkingGoal,
    ChecklistAnswer LimbSalvageable,
    ChecklistAnswer ArterialTarget,
    ChecklistAnswer InflowOpen,
    ChecklistAnswer CrossoverTreatable,
    ChecklistAnswer VeinStripping,
    ChecklistAnswer VeinHarvest,
    ChecklistAnswer VeinThrombosis,
    ChecklistAnswer PlantarVeinTarget);

/// <summary>The four steps of selection for percutaneous deep vein arterialization (pDVA).</summary>
/// <remarks>Steps [S] (prose; the figure itself is not in the text). Evaluation [D]: in order, the first step with a failing or unknown answer decides; inside one step
/// a definite failure outweighs an unknown; all definite failures of all steps are listed.</remarks>
/// <param name="DecidingStep">1 to 4; null when eligible.</param>
/// <param name="Reasons">Definite failures in the order of the steps.</param>
public sealed record VeinArterialization(ChecklistDecision Decision, int? DecidingStep, IReadOnlyList<string> Reasons)
{
    public static VeinArterialization Of(in VeinArterializationAnswers given)
    {
        ChecklistAnswer[] answers =
        [
            given.LifeExpectancy, given.QualityAndWalkingGoal, given.LimbSalvageable, given.ArterialTarget, given.InflowOpen, given.CrossoverTreatable,
            given.VeinStripping, given.VeinHarvest, given.VeinThrombosis, given.PlantarVeinTarget,
        ];
        (int Step, ChecklistAnswer Answer, ChecklistAnswer Fails, string Reason)[] questions =
            [.. ChecklistQuestion.All.Zip(answers, (q, answer) => (q.Step, answer, q.Fails, q.Reason))];
        string[] reasons = [.. questions.Where(q => q.Answer == q.Fails).Select(q => q.Reason)];
        int step = questions.Where(q => q.Answer == q.Fails || q.Answer == ChecklistAnswer.Unknown).Select(q => q.Step).FirstOrDefault();
        bool failed = questions.Any(q => q.Step == step && q.Answer == q.Fails);
        return step == 0 ? new(ChecklistDecision.Eligible, null, reasons) : new(failed ? Failed(step) : ChecklistDecision.Incomplete, step, reasons);
    }

    private static ChecklistDecision Failed(int step) => step switch
    {
        1 or 2 => ChecklistDecision.NotCandidate,
        3 => ChecklistDecision.ArterialRevascularization,
        _ => ChecklistDecision.NotFeasible,
    };
}

/// <summary>Words of <see cref="ChecklistDecision"/>.</summary>
public static class ChecklistDecisions
{
    private static readonly string[] Words = ["eligible", "not_candidate", "arterial_revascularization", "not_feasible", "incomplete"];

    public static string Word(this ChecklistDecision decision) => Words[(int)decision];
}
