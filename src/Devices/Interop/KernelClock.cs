using System.Runtime.InteropServices;

namespace Vascular.Devices.Interop;

/// <summary>What the kernel says of the wall clock (adjtimex).</summary>
public static partial class KernelClock
{
    private const int Unsynchronised = 5;     // TIME_ERROR
    private const int TimexSize = 208;        // struct timex of 64-bit Linux

    /// <summary>Whether a time server keeps the wall clock; null where the kernel does not say.</summary>
    public static bool? IsSynchronised()
    {
        Span<byte> question = stackalloc byte[TimexSize];
        question.Clear();       // modes = 0: nothing is set
        int state = OperatingSystem.IsLinux() && Environment.Is64BitProcess ? Ask(question) : -1;
        return state < 0 ? null : state != Unsynchronised;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int Ask(Span<byte> timex);
}
