namespace Vascular.Processing.Staging;

/// <summary>One question of the four steps.</summary>
/// <param name="Step">1 patient, 2 limb, 3 anatomy, 4 inflow, crossover, veins, outflow.</param>
/// <param name="Key">Name of the answer in tables and files.</param>
/// <param name="Text">As a person reads it.</param>
/// <param name="Fails">The answer that does not pass.</param>
/// <param name="Reason">What failing is called.</param>
public sealed record ChecklistQuestion(int Step, string Key, string Text, ChecklistAnswer Fails, string Reason)
{
    /// <summary>In the order of the steps. [S] The prose of the seed; its figure is not in the text.</summary>
    public static IReadOnlyList<ChecklistQuestion> All { get; } =
    [
        new(1, "life_expectancy_ok", "Acceptable life expectancy", ChecklistAnswer.No, "patient_risk"),
        new(1, "qol_and_walking_goal", "Acceptable quality of life, with healing and walking as the goal", ChecklistAnswer.No, "patient_goal"),
        new(2, "limb_salvageable", "Limb salvageable, without extensive tissue loss that leaves no hope", ChecklistAnswer.No, "limb_not_salvageable"),
        new(3, "good_arterial_target", "A good arterial target with a reasonable chance to restore perfusion", ChecklistAnswer.Yes, "arterial_target_available"),
        new(4, "btk_inflow_open", "At least one vessel below the knee open, also after treatment", ChecklistAnswer.No, "no_btk_inflow"),
        new(4, "crossover_3_5_to_4_mm_stent", "Inflow artery at the crossover treatable with a stent of 3.5 to 4 mm", ChecklistAnswer.No, "crossover_not_treatable"),
        new(4, "vein_stripping", "Earlier stripping of the vein", ChecklistAnswer.Yes, "vein_stripping"),
        new(4, "vein_harvest", "Earlier harvest of the vein", ChecklistAnswer.Yes, "vein_harvest"),
        new(4, "vein_thrombosis", "Earlier thrombosis of the vein", ChecklistAnswer.Yes, "vein_thrombosis"),
        new(4, "plantar_vein_target", "Good venous target in the plantar veins", ChecklistAnswer.No, "no_plantar_vein_target"),
    ];

    public static string StepName(int step) => step switch
    {
        1 => "Patient",
        2 => "Limb",
        3 => "Anatomy",
        4 => "Inflow, crossover, veins, outflow",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "1 to 4."),
    };
}
