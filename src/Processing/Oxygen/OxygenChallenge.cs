namespace Vascular.Processing.Oxygen;

/// <summary>How far TcPO2 rises on 100 % oxygen at normal pressure.</summary>
/// <remarks>A rise under 10 mmHg predicts failure after amputation with at least 68 % accuracy; without vascular disease the value exceeds 100 [V] Fife
/// 2009. Against it: 17 of 32 healthy people stayed below 100 somewhere [V] Blake 2014. Ten minutes [R]. Printed integers, so that a report does not
/// contradict itself. [D]</remarks>
/// <param name="RiseMmHg">Printed value on oxygen less printed value on air, mmHg.</param>
/// <param name="RiseBelow10">[V]</param>
/// <param name="Above100">[V]</param>
public readonly record struct OxygenChallenge(int RiseMmHg, bool RiseBelow10, bool Above100)
{
    public static OxygenChallenge Of(OxygenTension onAir, OxygenTension onOxygen)
    {
        int rise = onOxygen.Printed - onAir.Printed;
        return new(rise, rise < 10, onOxygen.Printed > 100);
    }
}
