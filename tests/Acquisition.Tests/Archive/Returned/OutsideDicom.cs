using System.Diagnostics;
using Vascular.Acquisition.Archive.Returned;

namespace Vascular.Acquisition.Tests.Archive.Returned;

/// <summary>Programs of other people that read DICOM: DCMTK and David Clunie's dicom3tools.</summary>
internal static class OutsideDicom
{
    /// <summary>What a program says of an object, on both of its outputs.</summary>
    public static async Task<string> AskAsync(string program, ReturnedObject returned, params string[] options)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, returned.File.ToArray());
            using Process process = Process.Start(new ProcessStartInfo(program, [.. options, file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> said = process.StandardOutput.ReadToEndAsync();
            Task<string> complained = process.StandardError.ReadToEndAsync();
            using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync(deadline.Token);
            return await said + await complained;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
