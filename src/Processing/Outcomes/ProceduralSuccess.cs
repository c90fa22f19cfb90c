namespace Vascular.Processing.Outcomes;

/// <summary>What is known of one procedure; null = not known.</summary>
/// <param name="CircuitCreated">Technical success: the circuit as planned. [S] without a definition; 97 % of 32.</param>
/// <param name="AliveAt30Days">Alive 30 days after.</param>
/// <param name="AmputatedBy30Days">Amputation above the ankle of the limb within 30 days.</param>
/// <param name="ReinterventionBy30Days">Clinically driven major reintervention within 30 days.</param>
/// <param name="StraightFlow">Straight flow from the artery into the venous loop of the foot at metatarsal level (rarely the proximal tarsal veins).</param>
public readonly record struct ProcedureCourse(bool? CircuitCreated, bool? AliveAt30Days, bool? AmputatedBy30Days, bool? ReinterventionBy30Days, bool? StraightFlow);

/// <summary>Procedural success after deep vein arterialization. Two authors of one publication define it differently: a result always names whose it is.</summary>
/// <remarks>[S] Kum: technical success, alive at 30 days, no amputation above the ankle, no clinically driven major reintervention. [S] Schmidt: straight flow into the venous loop of the foot.</remarks>
public static class ProceduralSuccess
{
    public const string Kum = "kum";
    public const string Schmidt = "schmidt";

    /// <returns>False as soon as one part fails; null while none fails and one is unknown.</returns>
    public static bool? OfKum(in ProcedureCourse course) => All(course.CircuitCreated, course.AliveAt30Days, !course.AmputatedBy30Days, !course.ReinterventionBy30Days);

    public static bool? OfSchmidt(in ProcedureCourse course) => course.StraightFlow;

    private static bool? All(params ReadOnlySpan<bool?> parts) => parts.Contains(false) ? false : parts.Contains(null) ? null : true;
}
