namespace Vascular.Devices.Registers;

/// <summary>One voltage of one input of an analogue-to-digital converter, or why there is none.</summary>
/// <param name="Input">0 to 3, against ground.</param>
/// <param name="MilliVolts">0 and meaningless when <paramref name="Errno"/> is not 0.</param>
/// <param name="Errno">Linux error number of the read that failed; 0 when none did.</param>
/// <param name="Clipped">The converter is at the end of its scale: the voltage is that or more.</param>
public readonly record struct AdcSample(int Input, double MilliVolts, int Errno = 0, bool Clipped = false)
{
    public bool HasVoltage => Errno == 0;
}
