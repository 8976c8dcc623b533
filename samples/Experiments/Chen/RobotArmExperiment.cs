namespace Experiments.Chen;

/// <summary>Joint angles of an arm whose hand goes round a circle.</summary>
internal sealed class RobotArmExperiment : PairsExperiment
{
    private const float Noise = 0.03f;

    public override string Name => "robot-arm";

    public override string Purpose => "geodesics between postures of a robot's arm";

    protected override (string Published, double Most) Ratio => (".36 (.54/1.48)", 0.6);

    protected override bool IsNoisy => true;

    protected override int Pairs(Study study) => study.Pick(4, 60, 100);

    protected override string Differs(Study study) => $"an arm of six joints simulated by damped least squares (the hand's place, not its turn), 6-64-64-2 tanh networks, K = 15, {Steps(study):N0} steps of 64; learned variances.";

    protected override MatrixRows Rows(Study study) => new(RobotArm.Circle(study.Pick(400, 6284, 6284), Noise, 1), RobotArm.Joints);

    protected override VaeModel Train(Study study) => ImportanceWeightedModel.Train(Rows(study), Latents, [64, 64], GaussianLikelihood.LearnedVariance, 15, Steps(study), 64, 1);

    protected override int Steps(Study study) => study.Pick(50, 5000, 50_000);
}
