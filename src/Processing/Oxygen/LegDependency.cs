namespace Vascular.Processing.Oxygen;

/// <summary>How far TcPO2 rises with the leg hanging down.</summary>
/// <remarks>A rise shows vasodilator reserve; no limit was found, so none is applied. [R] Printed integers, so that a report does not contradict itself. [D]</remarks>
/// <param name="RiseMmHg">Printed value with the leg down less printed supine value, mmHg; below 0 for a fall.</param>
public readonly record struct LegDependency(int RiseMmHg)
{
    public static LegDependency Of(OxygenTension supine, OxygenTension dependent) => new(dependent.Printed - supine.Printed);
}
