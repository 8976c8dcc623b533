using System.Reflection;

namespace Microsoft.ML.Vae.Tests;

/// <summary>One room knows ML.NET's internals.</summary>
public sealed class SeamTests
{
    private static readonly Assembly Adapters = typeof(VaeTransformer).Assembly;

    [Fact]
    public void Only_the_seam_touches_non_public_members()
    {
        var uses = new NonPublicUses(Adapters).All().ToArray();
        Assert.Contains(uses, u => u.Member == "SchemaShape.Create");
        Assert.Contains(uses, u => u.Member.EndsWith("ModelLoadContext", StringComparison.Ordinal));
        Assert.DoesNotContain(uses, u => !u.File.StartsWith("Seam/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_other_libraries_do_not_know_ML_NET()
    {
        foreach (var library in new[] { typeof(VaeModel).Assembly, typeof(Geometry.IImmersion).Assembly })
            Assert.DoesNotContain(library.GetReferencedAssemblies(), a => a.Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal) && !a.Name.StartsWith("Microsoft.ML.Vae", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_member_is_named_together_with_the_version()
    {
        var error = Assert.Throws<NotSupportedException>(() => Internals.Call<int>(() => throw new MissingMethodException("Method not found: 'Void Microsoft.ML.SomeContext.SomeMember()'.")));
        Assert.Matches(@"^Microsoft\.ML \d+\.\d+\.\S+ lacks a member that MLVae needs: .*SomeContext\.SomeMember", error.Message);
    }
}
